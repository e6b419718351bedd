package dev.marchwarden.reachability;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.reachability.model.OpenPath;
import java.util.List;

/** A proof for programs. Fields are added, never renamed. */
public final class ProofJson {
    private ProofJson() {}

    /** @param unread what could not be read, each in one line */
    public static String of(ReachabilityProof proof, ProofQuestion question, List<String> unread) {
        ObjectNode json = JsonTrees.MAPPER
                .createObjectNode()
                .put("none", proof.isNone() && proof.isFounded() && unread.isEmpty());
        json.putObject("question")
                .put("from", question.from())
                .put("to", question.to())
                .put("compared", question.compared());
        ArrayNode openings = json.putArray("openings");
        for (OpenPath opening : proof.openings()) {
            ObjectNode one = openings.addObject();
            one.put("from", opening.from().toString()).put("to", opening.to().toString());
            one.put("rule", opening.rule() == null ? null : opening.rule().spelling());
            one.put("why", opening.why());
            ArrayNode chain = one.putArray("chain");
            opening.chain()
                    .forEach(link -> chain.addObject()
                            .put("object", link.object())
                            .put("field", link.field())
                            .put("value", link.value())
                            .put("place", link.place()));
        }
        json.put("more", proof.more());
        ArrayNode facts = json.putArray("facts");
        proof.facts()
                .forEach(fact -> facts.addObject()
                        .put("name", fact.name())
                        .put("statement", fact.statement())
                        .put("checked", fact.checked())
                        .put("wrong", fact.state() == Fact.State.WRONG)
                        .put("basis", fact.basis()));
        unread.forEach(json.putArray("unread")::add);
        return JsonTrees.indented(json);
    }
}
