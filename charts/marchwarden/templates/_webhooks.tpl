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
  {{- include "marchwarden.objectConditions" . | nindent 2 }}
  {{- include "marchwarden.validation" . | nindent 2 }}
{{- if .Values.workloads.enabled }}
# Pods, by the subresources too that can change labels, annotations or containers. Deleting one crosses no border.
- name: pods.marchwarden.dev
  rules:
  - {apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE, UPDATE], scope: Namespaced}
  - {apiGroups: [""], apiVersions: [v1], resources: [pods/status, pods/ephemeralcontainers], operations: [UPDATE], scope: Namespaced}
  namespaceSelector:
    {{- include "marchwarden.namespaceSelector" (list . .Values.workloads.excludedNamespaces) | nindent 4 }}
  matchConditions:
  {{- include "marchwarden.objectConditions" . | nindent 2 }}
  {{- include "marchwarden.validation" . | nindent 2 }}
# What pods are made from, of which the template is judged.
- name: templates.marchwarden.dev
  rules:
  - {apiGroups: [apps], apiVersions: [v1], resources: [daemonsets, deployments, replicasets, statefulsets], operations: [CREATE, UPDATE], scope: Namespaced}
  - {apiGroups: [batch], apiVersions: [v1], resources: [cronjobs, jobs], operations: [CREATE, UPDATE], scope: Namespaced}
  namespaceSelector:
    {{- include "marchwarden.namespaceSelector" (list . .Values.workloads.excludedNamespaces) | nindent 4 }}
  matchConditions:
  - name: changes-the-template-or-is-by-a-person
    expression: >-
      request.operation != 'UPDATE' ||
      !request.userInfo.username.startsWith('system:') ||
      object.spec.?template != oldObject.spec.?template ||
      object.spec.?jobTemplate != oldObject.spec.?jobTemplate
  {{- include "marchwarden.validation" . | nindent 2 }}
{{- end }}
{{- end -}}
