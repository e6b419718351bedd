package dev.marchwarden.policy;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import org.jspecify.annotations.Nullable;

/** The service accounts that control planes run with: {@code istiod} or {@code istiod-REVISION} in a system namespace. */
public final class ControlPlaneAccount {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private ControlPlaneAccount() {}

    /** The usergroup whose control plane this user is; null for everybody else. */
    public static @Nullable Usergroup usergroupOf(User user, Tenancy tenancy) {
        return isNamedAsOne(user) ? tenancy.systemNamespaceOwner(namespace(user.name())) : null;
    }

    /** Whether a user is called as a control plane's account is, in whatever namespace. */
    public static boolean isNamedAsOne(User user) {
        String name = user.name();
        int colon = name.lastIndexOf(':');
        if (!name.startsWith(SERVICE_ACCOUNT) || colon < SERVICE_ACCOUNT.length()) {
            return false;
        }
        String account = name.substring(colon + 1);
        return account.equals(IstioNames.ISTIOD)
                || IstioNames.revisionOf(account).isPresent();
    }

    private static String namespace(String account) {
        return account.substring(SERVICE_ACCOUNT.length(), account.lastIndexOf(':'));
    }
}
