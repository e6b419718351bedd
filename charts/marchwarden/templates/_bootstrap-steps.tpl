{{/* Generated from the steps of `bootstrap` by BootstrapStepRulesTest; do not edit. A name that the chart does not know is left out. */}}
{{- define "marchwarden.bootstrapStepRules" -}}
# Step network-policy.
- {apiGroups: [networking.k8s.io], resources: [networkpolicies], resourceNames: [marchwarden-istiod], verbs: [get, create, patch]}
{{- $names := list -}}
{{- range $usergroup := .Values.usergroups -}}
{{- $names = append $names (printf "%s-peerauth" $usergroup.name) -}}
{{- end }}
# Step strict-mtls.
- {apiGroups: [security.istio.io], resources: [peerauthentications], resourceNames: {{ toJson $names }}, verbs: [get, create, patch]}
{{- $names := list -}}
{{- range $usergroup := .Values.usergroups -}}
{{- $names = append $names (printf "%s-identities" $usergroup.name) -}}
{{- end }}
# Step identities.
- {apiGroups: [security.istio.io], resources: [authorizationpolicies], resourceNames: {{ toJson $names }}, verbs: [get, create, patch]}
# Step shared-services.
- {apiGroups: [networking.istio.io], resources: [serviceentries], verbs: [get, create, patch]}
# Step tag.
- {apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], verbs: [get, create, patch]}
# Step tag.
- {apiGroups: [""], resources: [services], verbs: [get, create, patch]}
{{- $names := list -}}
{{- range $usergroup := .Values.usergroups -}}
{{- range $revision := default (list $usergroup.name) $usergroup.revisions -}}
{{- $names = append $names (printf "marchwarden-istio-validator-%s" $revision) -}}
{{- end -}}
{{- end }}
# Step validator.
- {apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations], resourceNames: {{ toJson $names }}, verbs: [get, create, patch]}
{{- end -}}
