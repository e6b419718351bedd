package dev.marchwarden.twin;

import dev.marchwarden.tenancy.Subjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the author of a request may do with a usergroup: by the tenancy first, then by the cluster's authorizer, as the webhook asks it. */
final class AuthorRights {
    private static final String USER = "user:";
    private static final String GROUP = "group:";

    private final Tenancy tenancy;

    AuthorRights(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    /** Depend on none of the others. */
    List<Variable> variables() {
        Map<String, String> owners = new TreeMap<>();
        Map<String, String> admins = new TreeMap<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            put(usergroup.name(), usergroup.owners(), owners);
            put(usergroup.name(), usergroup.meshAdmins(), admins);
        }
        List<Variable> all = new ArrayList<>(author());
        all.add(new Variable("subjects", "['user:' + variables.user] + variables.groups.map(group, 'group:' + group)"));
        all.add(new Variable("owners", CelText.map(owners)));
        all.add(new Variable("meshAdmins", CelText.map(admins)));
        return all;
    }

    /** Who writes. */
    static List<Variable> author() {
        return List.of(
                new Variable("user", "request.?userInfo.?username.orValue('')"),
                // A name that the webhook would have to cut or escape is left out.
                new Variable(
                        "author",
                        "variables.user.size() <= 80 && variables.user.matches('^[ !#-\\\\[\\\\]-~]*$') ? '\"' + variables.user + '\"' : 'the author'"),
                new Variable("groups", "request.?userInfo.?groups.orValue([])"));
    }

    /** A usergroup that names nobody is left out: a list without a type would not fit the others. */
    private static void put(String usergroup, Subjects subjects, Map<String, String> lists) {
        TreeSet<String> all = new TreeSet<>();
        subjects.users().forEach(user -> all.add(USER + user));
        subjects.groups().forEach(group -> all.add(GROUP + group));
        if (!all.isEmpty()) {
            lists.put(usergroup, CelText.list(all));
        }
    }

    /** @param usergroup an expression: the name of one that the tenancy knows */
    static String mayUse(String usergroup) {
        return administers(usergroup) + " || " + isAmong("owners", usergroup) + " || " + isGranted("use", usergroup);
    }

    /** @param usergroup an expression: the name of one that the tenancy knows */
    static String mayAdminister(String usergroup) {
        return administers(usergroup) + " || " + isGranted("administer", usergroup);
    }

    private static String administers(String usergroup) {
        return "'system:masters' in variables.groups || " + isAmong("meshAdmins", usergroup);
    }

    private static String isAmong(String lists, String usergroup) {
        return "variables.subjects.exists(subject, subject in variables." + lists + "[?string(" + usergroup
                + ")].orValue([]))";
    }

    private static String isGranted(String verb, String usergroup) {
        return "authorizer.group('marchwarden.dev').resource('usergroups').name(string(" + usergroup + ")).check('"
                + verb + "').allowed()";
    }

    /** Whether the tenancy exempts the author, for a matchCondition, where there are no variables; empty where it exempts nobody. */
    Optional<String> exempted() {
        Subjects exemptions = tenancy.exemptions();
        List<String> either = new ArrayList<>(2);
        if (!exemptions.users().isEmpty()) {
            either.add("request.?userInfo.?username.orValue('') in " + CelText.list(exemptions.users()));
        }
        if (!exemptions.groups().isEmpty()) {
            either.add("request.?userInfo.?groups.orValue([]).exists(group, group in "
                    + CelText.list(exemptions.groups()) + ")");
        }
        return either.isEmpty() ? Optional.empty() : Optional.of(String.join(" || ", either));
    }
}
