package dev.marchwarden.standin.admission;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where the services of the cluster are answered for: ports of the loopback. */
public final class Services {
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();

    public void put(String namespace, String name, int port) {
        ports.put(namespace + "/" + name, port);
    }

    public void remove(String namespace, String name) {
        ports.remove(namespace + "/" + name);
    }

    @Nullable
    Integer port(String namespace, String name) {
        return ports.get(namespace + "/" + name);
    }
}
