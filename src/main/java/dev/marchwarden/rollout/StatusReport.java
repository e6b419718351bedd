package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.finding.FindingJson;
import dev.marchwarden.json.JsonTrees;
import java.util.List;

/** The status of the control planes as JSON. Fields are added, never renamed. */
public final class StatusReport {
    private StatusReport() {}

    public static String json(
            boolean isWell,
            List<ControlPlaneStatus> controlPlanes,
            Plan plan,
            List<Finding> findings,
            List<Orphan> retired) {
        ObjectNode report = JsonTrees.MAPPER.createObjectNode().put("asWanted", isWell);
        ArrayNode all = report.putArray("controlPlanes");
        for (ControlPlaneStatus status : controlPlanes) {
            ObjectNode its = all.addObject()
                    .put("usergroup", status.usergroup())
                    .put("revision", status.revision())
                    .put("chart", status.chart())
                    .put("available", status.isAvailable())
                    .put("namespaces", status.namespaces());
            status.tags().forEach(its.putArray("tags")::add);
        }
        ArrayNode toDo = report.putArray("toDo");
        plan.steps().stream()
                .filter(planned -> !planned.isDone())
                .forEach(planned -> toDo.add(planned.step().name()));
        FindingJson.put(report, findings);
        ArrayNode gone = report.putArray("retired");
        retired.forEach(each -> gone.add(each.toString()));
        return JsonTrees.indented(report);
    }
}
