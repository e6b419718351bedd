{{/*
Every kind of the reach table (src/main/resources/dev/marchwarden/reach) in the versions that it knows; WebhookRulesTest holds this to it.
Objects only: status has nothing to judge.
*/}}
{{- define "marchwarden.configurationKinds" -}}
- group: networking.istio.io
  versions: [v1, v1beta1, v1alpha3]
  resources: [destinationrules, gateways, serviceentries, sidecars, virtualservices, workloadentries, workloadgroups]
- group: networking.istio.io
  versions: [v1alpha3]
  resources: [envoyfilters]
- group: networking.istio.io
  versions: [v1beta1]
  resources: [proxyconfigs]
- group: security.istio.io
  versions: [v1, v1beta1]
  resources: [authorizationpolicies, peerauthentications, requestauthentications]
- group: telemetry.istio.io
  versions: [v1, v1alpha1]
  resources: [telemetries]
- group: extensions.istio.io
  versions: [v1alpha1]
  resources: [trafficextensions, wasmplugins]
- group: gateway.networking.k8s.io
  versions: [v1, v1beta1]
  resources: [gateways, httproutes, referencegrants]
- group: gateway.networking.k8s.io
  versions: [v1, v1beta1]
  resources: [gatewayclasses]
  scope: Cluster
- group: gateway.networking.k8s.io
  versions: [v1]
  resources: [grpcroutes, listenersets]
- group: gateway.networking.k8s.io
  versions: [v1, v1alpha3, v1alpha2]
  resources: [tlsroutes]
- group: gateway.networking.k8s.io
  versions: [v1, v1alpha2]
  resources: [tcproutes, udproutes]
- group: gateway.networking.k8s.io
  versions: [v1, v1alpha3]
  resources: [backendtlspolicies]
- group: gateway.networking.x-k8s.io
  versions: [v1alpha1]
  resources: [xbackends, xbackendtrafficpolicies]
- group: gateway.networking.x-k8s.io
  versions: [v1alpha1]
  resources: [xmeshes]
  scope: Cluster
{{- end -}}

{{- define "marchwarden.configurationRules" -}}
{{- $groups := list -}}
{{- range fromYamlArray (include "marchwarden.configurationKinds" .) }}
{{- $groups = append $groups .group }}
- apiGroups: [{{ .group }}]
  apiVersions: [{{ join ", " .versions }}]
  resources: [{{ join ", " .resources }}]
  operations: [CREATE, UPDATE, DELETE]
  scope: {{ default "Namespaced" .scope }}
{{- end }}
{{- if .Values.webhook.unknownKinds }}
# What else these groups hold, or will: a kind that nobody has heard of is for the rule unknown-kind to deny, and not to pass unseen. No
# kind of theirs is needed for a cluster to start, which is what else speaks against "*".
- apiGroups: [{{ join ", " (uniq $groups) }}]
  apiVersions: ["*"]
  resources: ["*"]
  operations: [CREATE, UPDATE, DELETE]
  scope: "*"
{{- end }}
{{- end -}}

{{/* The labels of namespaces that rules look at (MeshLabels.guarded), as a CEL list. */}}
{{- define "marchwarden.meshLabels" -}}
[{{ .Values.usergroupLabel | squote }}, 'istio.io/rev', 'istio-injection', 'istio.io/dataplane-mode', 'istio.io/use-waypoint-namespace', 'istio.io/use-waypoint-canary-namespace', 'topology.istio.io/network']
{{- end -}}

{{/*
What the tenancy exempts is allowed, whatever it deletes. Not sent, it goes on while nobody answers: a namespace that ends is emptied by an
exempted controller.
*/}}
{{- define "marchwarden.exemptDeletions" -}}
{{- with .Values.exemptions.users -}}
- name: is-no-deletion-by-an-exempted-user
  expression: >-
    request.operation != 'DELETE' ||
    !(request.userInfo.username in [{{ range $i, $user := . }}{{ if $i }}, {{ end }}{{ $user | squote }}{{ end }}])
{{- end -}}
{{- end -}}

{{/*
matchConditions of namespaces, all of which must hold for a write to be sent. What they let through is allowed by the policy too: a
namespace without any mesh label before and after, and a write of the system (controllers, service accounts, nodes) that leaves them as
they are. People's writes are sent even then, for they are warned of old mistakes. Deletions always are: a system namespace is known by its
name. `object` is null with DELETE, `oldObject` with CREATE, and labels need not be there.
*/}}
{{- define "marchwarden.namespaceConditions" -}}
- name: has-or-had-a-mesh-label
  expression: >-
    request.operation == 'DELETE' ||
    {{ include "marchwarden.meshLabels" . }}.exists(label,
    object.metadata.?labels[?label].hasValue() ||
    (oldObject != null && oldObject.metadata.?labels[?label].hasValue()))
- name: changes-a-mesh-label-or-is-by-a-person
  expression: >-
    request.operation != 'UPDATE' ||
    !request.userInfo.username.startsWith('system:') ||
    {{ include "marchwarden.meshLabels" . }}.exists(label,
    object.metadata.?labels[?label] != oldObject.metadata.?labels[?label])
{{- end -}}

{{/* The same for configuration and pods, which are judged by spec, labels and annotations. */}}
{{- define "marchwarden.objectConditions" -}}
- name: changes-something-or-is-by-a-person
  expression: >-
    request.operation != 'UPDATE' ||
    !request.userInfo.username.startsWith('system:') ||
    object.?spec != oldObject.?spec ||
    object.metadata.?labels != oldObject.metadata.?labels ||
    object.metadata.?annotations != oldObject.metadata.?annotations
{{- end -}}

{{/*
Whether a pod, or the template at this path, has to do with a mesh: by a label or annotation of Istio's, by a container of the injector's,
by a variable that tells Istio's agent whom to ask, or by a token for istiod. Everything else starts without us.
*/}}
{{- define "marchwarden.isOfAMesh" -}}
{{ . }}.?metadata.?labels.orValue({}).exists(key, key.contains('istio.io/')) ||
{{ . }}.?metadata.?annotations.orValue({}).exists(key, key.contains('istio.io/')) ||
{{ . }}.spec.containers.exists(container, container.name in ['istio-proxy', 'istio-init', 'istio-validation'] ||
container.?env.orValue([]).exists(variable, variable.name in ['CA_ADDR', 'PROXY_CONFIG'])) ||
{{ . }}.spec.?initContainers.orValue([]).exists(container, container.name in ['istio-proxy', 'istio-init', 'istio-validation'] ||
container.?env.orValue([]).exists(variable, variable.name in ['CA_ADDR', 'PROXY_CONFIG'])) ||
{{ . }}.spec.?volumes.orValue([]).exists(volume, volume.?projected.?sources.orValue([]).exists(source,
source.?serviceAccountToken.?audience.orValue('') == 'istio-ca'))
{{- end -}}

{{/* matchConditions of what pods are made from: (list ROOT PATH-OF-THE-TEMPLATE WHETHER-IT-CHANGED). */}}
{{- define "marchwarden.templateConditions" -}}
{{- if not (index . 0).Values.workloads.enabled }}
- name: is-of-a-mesh
  expression: >-
    {{- include "marchwarden.isOfAMesh" (index . 1) | trim | nindent 4 }}
{{- end }}
- name: changes-the-template-or-is-by-a-person
  expression: >-
    request.operation != 'UPDATE' ||
    !request.userInfo.username.startsWith('system:') ||
    {{ index . 2 }}
{{- end -}}

{{/*
Selects by the name of the namespace alone, which nobody can give to another. A selector on any other label would be for whoever may
label a namespace to escape by.
*/}}
{{- define "marchwarden.namespaceSelector" -}}
{{- $root := index . 0 -}}
{{- $more := index . 1 -}}
matchExpressions:
- key: kubernetes.io/metadata.name
  operator: NotIn
  values: {{ concat (fromYamlArray (include "marchwarden.protectedNamespaces" $root)) $more | uniq | toJson }}
{{- end -}}

{{/* Where a webhook is: (list ROOT PATH). caBundle is written by whoever knows it, and not rendered, so that nothing drifts. */}}
{{- define "marchwarden.clientConfig" -}}
{{- $root := index . 0 -}}
{{- $path := index . 1 -}}
{{- with $root.Values.webhook -}}
{{- if .url -}}
url: {{ printf "%s%s" (trimSuffix "/" .url) $path }}
{{- with .caBundle }}
caBundle: {{ . }}
{{- end }}
{{- else -}}
service:
  namespace: {{ $root.Release.Namespace | quote }}
  name: {{ include "marchwarden.fullname" $root }}
  port: 443
  path: {{ $path }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What all entries of validation have in common. */}}
{{- define "marchwarden.validation" -}}
admissionReviewVersions: [v1]
sideEffects: {{ ternary "NoneOnDryRun" "None" .Values.events.enabled }}
matchPolicy: Equivalent
failurePolicy: {{ .Values.webhook.failurePolicy }}
timeoutSeconds: {{ .Values.webhook.timeoutSeconds | int }}
clientConfig:
  {{- include "marchwarden.clientConfig" (list . "/validate") | nindent 2 }}
{{- end -}}

{{- define "marchwarden.webhookAnnotations" -}}
{{- $annotations := deepCopy .Values.webhook.annotations -}}
{{- toYaml $annotations -}}
{{- end -}}
