package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.User;
import java.util.Set;

/**
 * The controllers of Kubernetes that make pods of templates, and templates of templates. What they make was judged when its template was
 * written (kubernetes cmd/kube-controller-manager/app, {@code --use-service-account-credentials}).
 */
final class WorkloadControllers {
    /** What they are called without credentials of their own. */
    private static final String ALL = "system:kube-controller-manager";

    private static final String ACCOUNTS = "system:serviceaccount:kube-system:";
    private static final Set<String> NAMES = Set.of(
            "cronjob-controller",
            "daemon-set-controller",
            "deployment-controller",
            "job-controller",
            "replicaset-controller",
            "replication-controller",
            "statefulset-controller");

    private WorkloadControllers() {}

    static boolean include(User user) {
        String name = user.name();
        return name.equals(ALL) || (name.startsWith(ACCOUNTS) && NAMES.contains(name.substring(ACCOUNTS.length())));
    }
}
