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
        String name = user.name();
        int colon = name.lastIndexOf(':');
        if (!name.startsWith(SERVICE_ACCOUNT) || colon < SERVICE_ACCOUNT.length()) {
            return null;
        }
        String account = name.substring(colon + 1);
        boolean named = account.equals(IstioNames.ISTIOD) || account.startsWith(IstioNames.ISTIOD + "-");
        return named ? tenancy.systemNamespaceOwner(name.substring(SERVICE_ACCOUNT.length(), colon)) : null;
    }
}
