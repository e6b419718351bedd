package dev.marchwarden.finding;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Findings for programs. Fields are added, never renamed. */
public final class FindingJson {
    private FindingJson() {}

    /** Adds {@code findings} to a report. A text that does not apply is empty. */
    public static void put(ObjectNode report, List<Finding> findings) {
        ArrayNode list = report.putArray("findings");
        for (Finding finding : findings) {
            list.addObject()
                    .put("code", finding.code())
                    .put("severity", finding.severity().word())
                    .put("subject", finding.subject())
                    .put("place", finding.place())
                    .put("found", finding.found())
                    .put("expected", finding.expected())
                    .put("why", finding.why())
                    .put("fix", finding.fix());
        }
    }
}
