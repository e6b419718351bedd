package dev.marchwarden.twin;

import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What every policy refers to: the usergroups of the tenancy, and the request as far as it is the same for all kinds. */
final class TenancyVariables {
    private final Tenancy tenancy;

    TenancyVariables(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    List<Variable> all() {
        Map<String, String> usergroups = new TreeMap<>();
        Map<String, String> servedBy = new TreeMap<>();
        Map<String, String> systemNamespaces = new TreeMap<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            String name = CelText.literal(usergroup.name());
            usergroups.put(usergroup.name(), CelText.literal(usergroup.defaultRevision()));
            systemNamespaces.put(usergroup.systemNamespace(), name);
            usergroup.revisions().forEach(revision -> servedBy.put(revision, name));
            usergroup.tags().keySet().forEach(tag -> servedBy.put(tag, name));
        }
        return List.of(
                new Variable("usergroups", CelText.map(usergroups)),
                new Variable("servedBy", CelText.map(servedBy)),
                new Variable("systemNamespaces", CelText.map(systemNamespaces)),
                new Variable("creates", "request.operation == 'CREATE'"),
                new Variable("deletes", "request.operation == 'DELETE'"),
                new Variable(
                        "name",
                        "request.?name.orValue('') != '' ? request.name : object != null ? object.?metadata.?name.orValue('') : oldObject.?metadata.?name.orValue('')"),
                new Variable(
                        "labels", "variables.deletes || object == null ? {} : object.?metadata.?labels.orValue({})"),
                new Variable(
                        "oldLabels",
                        "variables.creates || oldObject == null ? {} : oldObject.?metadata.?labels.orValue({})"));
    }
}
