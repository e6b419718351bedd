package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.finding.FindingJson;
import dev.marchwarden.finding.Severity;
import dev.marchwarden.json.JsonTrees;
import java.util.Locale;

/** A report as JSON. Fields are added, never renamed. */
public final class ReportJson {
    private ReportJson() {}

    public static String of(Report report) {
        ObjectNode json = JsonTrees.MAPPER.createObjectNode().put("verified", report.isVerified());
        ObjectNode summary = json.putObject("summary");
        for (Severity severity : Severity.values()) {
            summary.put(severity.word(), report.count(severity));
        }
        FindingJson.put(json, report.findings());
        ArrayNode proxies = json.putArray("proxies");
        for (ProxyRow row : report.proxies()) {
            Proxy proxy = row.proxy();
            proxies.addObject()
                    .put("namespace", row.namespace())
                    .put("pod", row.pod())
                    .put("usergroup", row.usergroup())
                    .put("revision", proxy.revision())
                    .put("istiod", proxy.authority())
                    .put("version", proxy.version())
                    .put("native", proxy.isNative())
                    .put("ready", row.isReady());
        }
        ArrayNode connected = json.putArray("connected");
        for (ConnectedProxy proxy : report.connected()) {
            ObjectNode its = connected
                    .addObject()
                    .put("proxy", proxy.proxy())
                    .put("cluster", proxy.cluster())
                    .put(
                            "istiod",
                            proxy.istiod().namespace() + "/" + proxy.istiod().name())
                    .put("version", proxy.version())
                    .put("error", proxy.error());
            ObjectNode types = its.putObject("types");
            proxy.types().forEach((type, state) -> types.put(type, state.name()));
        }
        ArrayNode probes = json.putArray("connectivity");
        for (Probe probe : report.probes()) {
            probes.addObject()
                    .put("from", probe.from())
                    .put("client", probe.client())
                    .put("to", probe.to())
                    .put("url", probe.url())
                    .put("wanted", probe.wanted().name().toLowerCase(Locale.ROOT))
                    .put("code", probe.code())
                    .put("why", probe.why());
        }
        return JsonTrees.indented(json);
    }
}
