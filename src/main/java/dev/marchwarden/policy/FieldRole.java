package dev.marchwarden.policy;

import dev.marchwarden.reach.Reach;

/** What a field means for how far the fields beside it take effect. */
enum FieldRole {
    /** Must hold as well. Missing, it always holds. */
    CONDITION,
    /** Who or what is concerned. Missing, nothing is. */
    AUDIENCE,
    /** Compared as it stands. */
    PARAMETER,
    /** A mode that is safe in one value, and so an exception from an unsafe one further up. */
    MODE,
    /** A share of the requests. */
    PERCENT,
    /** Puts the whole object out of force. */
    DRY_RUN,
    /** Compared with the other items of its list: see {@link WeightShare}. */
    WEIGHT,
    /** Takes effect by itself and is judged by itself; a list of such says nothing about the fields beside it. */
    EFFECT,
    /** Judged by itself, and never changes how far another field takes effect. */
    ALONE;

    static FieldRole of(Reach reach) {
        return switch (reach) {
            case NARROWS,
                    NARROWS_EACH,
                    WORKLOAD_SELECTOR,
                    GATEWAY_SELECTOR,
                    LABEL_SELECTOR,
                    SUBJECT_ALT_NAME,
                    PRINCIPAL,
                    SOURCE_NAMESPACE,
                    SERVICE_ACCOUNT,
                    TRUST_DOMAIN,
                    CONDITION,
                    REVISION,
                    REVISION_OR_TAG -> CONDITION;
            case WIDENS, HOST_CLAIM, DNS_CLAIM, SERVER_HOST, EXPORT, GATEWAY, PASSTHROUGH, ADDRESS -> AUDIENCE;
            case QUALIFIES -> PARAMETER;
            case MTLS_MODE, CLIENT_TLS_MODE -> MODE;
            case PERCENT -> PERCENT;
            case WEIGHT -> WEIGHT;
            case DRY_RUN -> DRY_RUN;
            case HOST,
                    BACKEND,
                    AUTHORITY,
                    HEADER,
                    HEADER_FORMAT,
                    TLS_TARGET,
                    EGRESS_HOST,
                    ROUTE_ADMISSION,
                    SERVER_TLS_MODE,
                    OUTBOUND_MODE,
                    JWKS_URI,
                    JWT_ISSUER,
                    PROXY_CODE -> EFFECT;
            default -> ALONE;
        };
    }
}
