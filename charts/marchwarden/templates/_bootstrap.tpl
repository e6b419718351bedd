{{/*
Names in the cluster that the control planes of the usergroups take, as `bootstrap` and Istio's charts make them: a map of lists. Where RBAC
knows a name when it is asked, the Job may do a thing to these and to no others.
*/}}
{{- define "marchwarden.bootstrapNames" -}}
{{- $names := dict "usergroups" list "namespaces" (list "istio-system") "injectors" list "roles" list -}}
{{- range $usergroup := .Values.usergroups -}}
  {{- $system := default $usergroup.name $usergroup.systemNamespace -}}
  {{- $inNamespace := ternary "" (printf "-%s" $system) (eq $system "istio-system") -}}
  {{- $_ := set $names "usergroups" (append $names.usergroups $usergroup.name) -}}
  {{- $_ := set $names "namespaces" (append $names.namespaces $system | uniq) -}}
  {{- range $revision := default (list $usergroup.name) $usergroup.revisions -}}
    {{- $_ := set $names "injectors" (append $names.injectors (printf "istio-sidecar-injector-%s%s" $revision $inNamespace)) -}}
    {{- range $role := list "istiod-clusterrole" "istiod-gateway-controller" "istio-reader-clusterrole" -}}
      {{- $_ := set $names "roles" (append $names.roles (printf "%s-%s-%s" $role $revision $system)) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- toYaml $names -}}
{{- end -}}

{{/* What the Job may do. A test holds it against what `bootstrap apply` and helm do, and against the roles of Istio's charts. */}}
{{- define "marchwarden.bootstrapRules" -}}
{{- $names := fromYaml (include "marchwarden.bootstrapNames" .) -}}
# Whether the webhook is there already.
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations]
  resourceNames: [{{ include "marchwarden.fullname" . }}]
  verbs: [get]
# By the webhook itself: to write into the system namespaces, and to label them.
- apiGroups: [marchwarden.dev]
  resources: [usergroups]
  resourceNames: {{ toJson $names.usergroups }}
  verbs: [administer]
# What bootstrap writes by itself, by the names of it.
- {apiGroups: [""], resources: [namespaces], resourceNames: {{ toJson $names.namespaces }}, verbs: [create, patch]}
{{ include "marchwarden.bootstrapStepRules" . }}
# What it looks at.
- {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [get, list]}
- {apiGroups: [apps], resources: [daemonsets], verbs: [list]}
# helm's records of the releases. The namespaces are yet to be made, and a role in one cannot be there before: so in all of them.
- {apiGroups: [""], resources: [secrets], verbs: [get, list, watch, create, update, patch, delete]}
# What Istio's charts make in the system namespaces; istiod itself gets the same for all but roles and their bindings.
- {apiGroups: [""], resources: [configmaps, serviceaccounts, services], verbs: [get, list, watch, create, update, patch, delete]}
- {apiGroups: [apps], resources: [deployments], verbs: [get, list, watch, create, update, patch, delete]}
- {apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [get, list, watch, create, update, patch, delete]}
- {apiGroups: [policy], resources: [poddisruptionbudgets], verbs: [get, list, watch, create, update, patch, delete]}
- {apiGroups: [rbac.authorization.k8s.io], resources: [roles, rolebindings], verbs: [get, list, watch, create, update, patch, delete]}
# And what they make in the cluster. No definition is ever deleted.
- {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: [get, list, watch, create, update, patch]}
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, clusterrolebindings], verbs: [get, list, watch, create]}
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles, clusterrolebindings]
  resourceNames: {{ toJson $names.roles }}
  verbs: [update, patch, delete]
- {apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], verbs: [get, list, watch, create, update, patch]}
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations]
  resourceNames: {{ toJson $names.injectors }}
  verbs: [delete]
# What helm waits for.
- {apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
- {apiGroups: [apps], resources: [replicasets], verbs: [get, list, watch]}
# What the charts' roles give to istiod, Istio 1.24 to 1.30: nobody may give what he has not. The other way would be the verb `escalate`, and
# with that a chart could give anything. Another release, or values that give istiod more: bootstrap.extraRules.
- {apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations], verbs: [get, list, watch, update]}
- apiGroups: [config.istio.io, security.istio.io, networking.istio.io, authentication.istio.io, rbac.istio.io, telemetry.istio.io, extensions.istio.io]
  resources: ["*"]
  verbs: [get, list, watch]
- apiGroups: [networking.istio.io]
  resources: [workloadentries, workloadentries/status, serviceentries/status]
  verbs: [get, list, watch, create, update, patch, delete]
- {apiGroups: [networking.istio.io], resources: [gateways], verbs: [create]}
- {apiGroups: [security.istio.io], resources: [authorizationpolicies/status], verbs: [get, list, watch, create, update, patch, delete]}
- {apiGroups: [""], resources: [services/status], verbs: [get, list, watch, create, update, patch, delete]}
- {apiGroups: [""], resources: [endpoints, namespaces, nodes, replicationcontrollers], verbs: [get, list, watch]}
- {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
- {apiGroups: [networking.k8s.io], resources: [ingresses, ingressclasses], verbs: [get, list, watch]}
- {apiGroups: [networking.k8s.io], resources: [ingresses/status], verbs: ["*"]}
- {apiGroups: [authentication.k8s.io], resources: [tokenreviews], verbs: [create]}
- {apiGroups: [authorization.k8s.io], resources: [subjectaccessreviews], verbs: [create]}
- {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update, patch]}
- {apiGroups: [gateway.networking.k8s.io, gateway.networking.x-k8s.io], resources: ["*"], verbs: [get, list, watch]}
- {apiGroups: [networking.x-k8s.io], resources: [gateways], verbs: [get, list, watch]}
- {apiGroups: [gateway.networking.k8s.io], resources: [gatewayclasses], verbs: [create, update, patch, delete]}
- apiGroups: [gateway.networking.k8s.io]
  resources:
  - backendtlspolicies/status
  - gatewayclasses/status
  - gateways/status
  - grpcroutes/status
  - httproutes/status
  - listenersets/status
  - referencegrants/status
  - tcproutes/status
  - tlsroutes/status
  - udproutes/status
  verbs: [update, patch]
- {apiGroups: [gateway.networking.x-k8s.io], resources: [xbackendtrafficpolicies/status, xlistenersets/status], verbs: [update, patch]}
- {apiGroups: [inference.networking.k8s.io, inference.networking.x-k8s.io], resources: [inferencepools], verbs: [get, list, watch]}
- {apiGroups: [inference.networking.k8s.io, inference.networking.x-k8s.io], resources: [inferencepools/status], verbs: [update, patch]}
- {apiGroups: [multicluster.x-k8s.io], resources: [serviceexports], verbs: [get, list, watch, create, delete]}
- {apiGroups: [multicluster.x-k8s.io], resources: [serviceimports], verbs: [get, list, watch]}
{{- with .Values.bootstrap.extraRules }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What a schema cannot see. */}}
{{- define "marchwarden.checkBootstrap" -}}
{{- if not (include "marchwarden.judges" .) -}}
{{- fail "bootstrap.enabled is true (expected: false without usergroups, for which there is nothing to set up)" -}}
{{- end -}}
{{- if .Values.webhook.url -}}
{{- fail "bootstrap.enabled is true (expected: false with webhook.url, for which nothing runs in this cluster; run `marchwarden bootstrap apply` yourself)" -}}
{{- end -}}
{{- if .Values.tenancy.existingConfigMap -}}
{{- fail "bootstrap.enabled is true (expected: false with tenancy.existingConfigMap, for the Job's rights go by the usergroups' names; run `marchwarden bootstrap apply` yourself)" -}}
{{- end -}}
{{- $usergroups := (fromYaml (include "marchwarden.bootstrapNames" .)).usergroups -}}
{{- range $usergroup, $_ := .Values.bootstrap.values -}}
{{- if not (has $usergroup $usergroups) -}}
{{- fail (printf "bootstrap.values has %q (expected: one of the usergroups %s)" $usergroup (join ", " $usergroups)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Of a container of the Job: what differs is the rest. */}}
{{- define "marchwarden.bootstrapContainer" -}}
resources:
  {{- toYaml .Values.bootstrap.resources | nindent 2 }}
securityContext:
  {{- include "marchwarden.securityContext" . | nindent 2 }}
terminationMessagePolicy: FallbackToLogsOnError
{{- end -}}
