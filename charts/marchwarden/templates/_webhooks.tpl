{{/*
Writes of namespaces that the twin leaves to the webhook, in whole or in part: the deletion of a system namespace, which may have members;
waypoints, whose usergroup no expression can tell; and what an exception names, which ends at a time.
*/}}
{{- define "marchwarden.beyondTwin" -}}
{{- $systems := list -}}
{{- range .Values.usergroups }}{{ $systems = append $systems (default .name .systemNamespace) }}{{ end -}}
{{- $excepted := list -}}
{{- range .Values.exceptions }}{{ if eq .kind "Namespace" }}{{ $excepted = append $excepted .name }}{{ end }}{{ end -}}
(request.operation == 'DELETE' && request.name in [{{ range $i, $name := $systems }}{{ if $i }}, {{ end }}{{ $name | squote }}{{ end }}]) ||
(request.operation != 'DELETE' && ['istio.io/use-waypoint-namespace', 'istio.io/use-waypoint-canary-namespace'].exists(label,
object.metadata.?labels[?label].hasValue() ||
(oldObject != null && oldObject.metadata.?labels[?label].hasValue())))
{{- range $excepted | uniq }} ||
request.name == {{ . | squote }}
{{- end }}
{{- end -}}

{{/* The webhooks of the validation: a YAML list. */}}
{{- define "marchwarden.validatingWebhooks" -}}
{{- $fallback := and (include "marchwarden.twin" .) (eq .Values.twin.mode "fallback") -}}
# Namespaces, by every door to their labels. No namespaceSelector: the protected ones are judged as well, and the conditions see to it that
# the cluster's own writes pass while nobody answers.
- name: namespaces.marchwarden.dev
  rules:
  - {apiGroups: [""], apiVersions: [v1], resources: [namespaces], operations: [CREATE, UPDATE, DELETE], scope: Cluster}
  - {apiGroups: [""], apiVersions: [v1], resources: [namespaces/status, namespaces/finalize], operations: [UPDATE], scope: Cluster}
  matchConditions:
  {{- include "marchwarden.namespaceConditions" . | nindent 2 }}
  {{- if not $fallback }}
  {{- include "marchwarden.validation" . | nindent 2 }}
  {{- else }}
  - name: is-decided-by-the-twin
    expression: >-
      !({{- include "marchwarden.beyondTwin" . | trim | nindent 6 }})
  {{- include "marchwarden.validation" . | replace "failurePolicy: Fail" "failurePolicy: Ignore" | nindent 2 }}
# Writes of namespaces that the twin does not decide, or not wholly.
- name: namespaces-beyond-the-twin.marchwarden.dev
  rules:
  - {apiGroups: [""], apiVersions: [v1], resources: [namespaces], operations: [CREATE, UPDATE, DELETE], scope: Cluster}
  - {apiGroups: [""], apiVersions: [v1], resources: [namespaces/status, namespaces/finalize], operations: [UPDATE], scope: Cluster}
  matchConditions:
  {{- include "marchwarden.namespaceConditions" . | nindent 2 }}
  - name: is-not-decided-by-the-twin
    expression: >-
      {{- include "marchwarden.beyondTwin" . | trim | nindent 6 }}
  {{- include "marchwarden.validation" . | nindent 2 }}
  {{- end }}
# Configuration of Istio and the Gateway API. Deletions too: that of a policy may open what it closed.
- name: configuration.marchwarden.dev
  rules:
  {{- include "marchwarden.configurationRules" . | trim | nindent 2 }}
  namespaceSelector:
    {{- include "marchwarden.namespaceSelector" (list . (list)) | nindent 4 }}
  matchConditions:
  {{- include "marchwarden.exemptDeletions" . | nindent 2 }}
  {{- include "marchwarden.objectConditions" . | nindent 2 }}
  {{- include "marchwarden.validation" . | nindent 2 }}
# Pods, by the subresources too that can change labels, annotations or containers. Deleting one crosses no border.
- name: pods.marchwarden.dev
  rules:
  - {apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE, UPDATE], scope: Namespaced}
  - {apiGroups: [""], apiVersions: [v1], resources: [pods/status, pods/ephemeralcontainers], operations: [UPDATE], scope: Namespaced}
  namespaceSelector:
    {{- include "marchwarden.namespaceSelector" (list . .Values.workloads.excludedNamespaces) | nindent 4 }}
  matchConditions:
  {{- if not .Values.workloads.enabled }}
  - name: is-of-a-mesh
    expression: >-
      {{- include "marchwarden.isOfAMesh" "object" | trim | nindent 6 }}
  {{- end }}
  {{- include "marchwarden.objectConditions" . | nindent 2 }}
  {{- include "marchwarden.validation" . | nindent 2 }}
# What pods are made from, of which the template is judged.
- name: templates.marchwarden.dev
  rules:
  - {apiGroups: [""], apiVersions: [v1], resources: [replicationcontrollers], operations: [CREATE, UPDATE], scope: Namespaced}
  - {apiGroups: [apps], apiVersions: [v1], resources: [daemonsets, deployments, replicasets, statefulsets], operations: [CREATE, UPDATE], scope: Namespaced}
  - {apiGroups: [batch], apiVersions: [v1], resources: [jobs], operations: [CREATE, UPDATE], scope: Namespaced}
  namespaceSelector:
    {{- include "marchwarden.namespaceSelector" (list . .Values.workloads.excludedNamespaces) | nindent 4 }}
  matchConditions:
  {{- include "marchwarden.templateConditions" (list . "object.spec.template" "object.spec.?template != oldObject.spec.?template") | trim | nindent 2 }}
  {{- include "marchwarden.validation" . | nindent 2 }}
- name: cronjobs.marchwarden.dev
  rules:
  - {apiGroups: [batch], apiVersions: [v1], resources: [cronjobs], operations: [CREATE, UPDATE], scope: Namespaced}
  namespaceSelector:
    {{- include "marchwarden.namespaceSelector" (list . .Values.workloads.excludedNamespaces) | nindent 4 }}
  matchConditions:
  {{- include "marchwarden.templateConditions" (list . "object.spec.jobTemplate.spec.template" "object.spec.?jobTemplate != oldObject.spec.?jobTemplate") | trim | nindent 2 }}
  {{- include "marchwarden.validation" . | nindent 2 }}
# What istiod writes into the status of a ServiceEntry is an address of its host.
- name: status.marchwarden.dev
  rules:
  - {apiGroups: [networking.istio.io], apiVersions: [v1, v1beta1, v1alpha3], resources: [serviceentries/status], operations: [UPDATE], scope: Namespaced}
  namespaceSelector:
    {{- include "marchwarden.namespaceSelector" (list . (list)) | nindent 4 }}
  matchConditions:
  - name: changes-an-address
    expression: object.?status.?addresses != oldObject.?status.?addresses
  {{- include "marchwarden.validation" . | nindent 2 }}
{{- range $entry := fromYamlArray (include "marchwarden.otherKinds" .) }}
{{- if index $.Values.otherKinds $entry.value }}
- name: {{ $entry.name }}.marchwarden.dev
  rules:
  {{- range $entry.rules }}
  - {apiGroups: [{{ .group | quote }}], apiVersions: [v1], resources: [{{ join ", " .resources }}], operations: [{{ join ", " (default (list "CREATE" "UPDATE") $entry.operations) }}], scope: Namespaced}
  {{- end }}
  namespaceSelector:
    {{- include "marchwarden.namespaceSelector" (list $ $.Values.workloads.excludedNamespaces) | nindent 4 }}
  matchConditions:
  {{- if has "DELETE" (default (list) $entry.operations) }}
  {{- include "marchwarden.exemptDeletions" $ | nindent 2 }}
  {{- end }}
  - name: {{ $entry.condition.name }}
    expression: >-
      {{- $entry.condition.expression | trim | nindent 6 }}
  {{- include "marchwarden.validation" $ | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
Kinds of Kubernetes itself, each by what makes one of its objects reach into a mesh: ordinary ones are not sent. `value` is the option below
otherKinds. Held against the reach table core.table by WebhookRulesTest.
*/}}
{{- define "marchwarden.otherKinds" -}}
- name: services
  value: services
  rules: [{group: "", resources: [services]}]
  condition:
    name: leads-elsewhere-or-speaks-to-istio
    expression: |
      object.spec.?externalName.orValue('') != '' ||
      object.spec.?externalIPs.orValue([]).size() > 0 ||
      object.metadata.?labels.orValue({}).exists(key, key in ['istio.io/use-waypoint-namespace', 'istio.io/use-waypoint-canary-namespace', 'topology.istio.io/network']) ||
      object.metadata.?annotations.orValue({}).exists(key, key in ['networking.istio.io/exportTo', 'alpha.istio.io/canonical-serviceaccounts'])
- name: ingresses
  value: ingresses
  rules: [{group: networking.k8s.io, resources: [ingresses]}]
  condition:
    name: is-of-a-class-of-istios
    expression: |
      object.spec.?ingressClassName.orValue('').contains('istio') ||
      object.metadata.?annotations[?'kubernetes.io/ingress.class'].orValue('').contains('istio')
- name: endpoints
  value: endpoints
  rules: [{group: "", resources: [endpoints]}, {group: discovery.k8s.io, resources: [endpointslices]}]
  condition:
    name: is-not-by-the-controllers-of-kubernetes
    expression: |
      !(request.userInfo.username in ['system:kube-controller-manager', 'system:serviceaccount:kube-system:endpoint-controller', 'system:serviceaccount:kube-system:endpointslice-controller', 'system:serviceaccount:kube-system:endpointslicemirroring-controller'])
- name: configmaps
  value: configMaps
  rules: [{group: "", resources: [configmaps]}]
  operations: [CREATE, UPDATE, DELETE]
  condition:
    name: is-of-a-control-plane-or-a-gateway
    expression: |
      request.name.startsWith('istio') ||
      (object != null && (object.metadata.?name.orValue('').startsWith('istio') ||
      object.metadata.?labels[?'gateway.istio.io/defaults-for-class'].hasValue() ||
      object.?data[?'deployment'].hasValue())) ||
      (oldObject != null && oldObject.metadata.?labels[?'gateway.istio.io/defaults-for-class'].hasValue())
- name: secrets
  value: secrets
  rules: [{group: "", resources: [secrets]}]
  operations: [CREATE, UPDATE, DELETE]
  condition:
    name: is-of-a-control-plane
    expression: |
      request.name in ['cacerts', 'istio-ca-secret'] ||
      (object != null && (object.metadata.?name.orValue('') in ['cacerts', 'istio-ca-secret'] ||
      object.metadata.?labels[?'istio/multiCluster'].hasValue())) ||
      (oldObject != null && oldObject.metadata.?labels[?'istio/multiCluster'].hasValue())
- name: tokens
  value: tokens
  rules: [{group: "", resources: [serviceaccounts/token]}]
  operations: [CREATE]
  condition:
    name: is-for-istiod-and-not-by-a-node
    expression: |
      object.spec.?audiences.orValue([]).exists(audience, audience == 'istio-ca') &&
      !request.userInfo.username.startsWith('system:node:')
- name: bindings
  value: bindings
  rules: [{group: "", resources: [bindings, pods/binding]}]
  operations: [CREATE]
  condition:
    name: labels-or-annotates-the-pod-for-istio
    expression: |
      object.metadata.?labels.orValue({}).exists(key, key.contains('istio.io/')) ||
      object.metadata.?annotations.orValue({}).exists(key, key.contains('istio.io/'))
- name: control-planes
  value: controlPlanes
  rules: [{group: "", resources: [configmaps, endpoints, pods, secrets, services]}, {group: apps, resources: [daemonsets, deployments]}, {group: discovery.k8s.io, resources: [endpointslices]}, {group: networking.k8s.io, resources: [ingresses]}]
  operations: [CREATE, UPDATE, DELETE]
  condition:
    name: is-by-a-control-plane
    expression: |
      request.userInfo.username.startsWith('system:serviceaccount:') && request.userInfo.username.contains(':istiod')
{{- end -}}
