{{/* The webhooks of the validation: a YAML list. */}}
{{- define "marchwarden.validatingWebhooks" -}}
# Namespaces, by every door to their labels. No namespaceSelector: the protected ones are judged as well, and the conditions see to it that
# the cluster's own writes pass while nobody answers.
- name: namespaces.marchwarden.dev
  rules:
  - {apiGroups: [""], apiVersions: [v1], resources: [namespaces], operations: [CREATE, UPDATE, DELETE], scope: Cluster}
  - {apiGroups: [""], apiVersions: [v1], resources: [namespaces/status, namespaces/finalize], operations: [UPDATE], scope: Cluster}
  matchConditions:
  {{- include "marchwarden.namespaceConditions" . | nindent 2 }}
  {{- include "marchwarden.validation" . | nindent 2 }}
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
{{- end -}}
