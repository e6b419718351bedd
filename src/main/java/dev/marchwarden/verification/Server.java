package dev.marchwarden.verification;

import dev.marchwarden.cluster.NamespacedName;

/** A Service with a ready pod behind a proxy, and a port of it that speaks HTTP. */
record Server(NamespacedName service, int port) {
    String url(String clusterDomain) {
        // httpbin's first page is large and says nothing; its echo of headers is what Istio's guides ask for
        String path = service.name().equals("httpbin") ? "/headers" : "/";
        return "http://" + service.name() + "." + service.namespace() + ".svc." + clusterDomain + ":" + port + path;
    }
}
