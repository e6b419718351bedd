{{- define "marchwarden.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* 52: what the chart appends must fit into a DNS label. */}}
{{- define "marchwarden.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $made := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $made .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "marchwarden.selectorLabels" -}}
app.kubernetes.io/name: {{ include "marchwarden.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: webhook
{{- end -}}

{{- define "marchwarden.ownLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ include "marchwarden.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: marchwarden
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* metadata of an object: (list ROOT NAME [ANNOTATIONS [LABELS]]); of a cluster-scoped one: "marchwarden.clusterMetadata". */}}
{{- define "marchwarden.metadata" -}}
{{ include "marchwarden.clusterMetadata" . }}
namespace: {{ (index . 0).Release.Namespace | quote }}
{{- end -}}

{{- define "marchwarden.clusterMetadata" -}}
{{- $root := index . 0 -}}
{{- $annotations := dict -}}
{{- $labels := dict -}}
{{- if gt (len .) 2 }}{{ $annotations = index . 2 }}{{ end -}}
{{- if gt (len .) 3 }}{{ $labels = index . 3 }}{{ end -}}
name: {{ index . 1 }}
labels:
  {{- toYaml (merge (fromYaml (include "marchwarden.ownLabels" $root)) $labels $root.Values.extraLabels) | nindent 2 }}
{{- with merge (dict) $annotations $root.Values.extraAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "marchwarden.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "marchwarden.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is empty (expected: an account that is there, because serviceAccount.create is false)" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "marchwarden.image" -}}
{{- $repository := required "image.repository is empty (expected: where your build of the image is, for example registry.example.com/marchwarden, because none is published)" .Values.image.repository -}}
{{- with .Values.image.registry }}{{ $repository = printf "%s/%s" (trimSuffix "/" .) $repository }}{{ end -}}
{{- if .Values.image.digest -}}
{{ $repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ $repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- define "marchwarden.tlsSecret" -}}
{{- default (printf "%s-tls" (include "marchwarden.fullname" .)) .Values.certificates.existingSecret -}}
{{- end -}}

{{- define "marchwarden.tenancyConfigMap" -}}
{{- default (printf "%s-tenancy" (include "marchwarden.fullname" .)) .Values.tenancy.existingConfigMap -}}
{{- end -}}

{{/* What the values say is laid over what is safe: a key that they do not name keeps its default. */}}
{{- define "marchwarden.podSecurityContext" -}}
{{- toYaml (mergeOverwrite (fromYaml (include "marchwarden.safePodSecurityContext" .)) .Values.podSecurityContext) }}
{{- end -}}

{{- define "marchwarden.securityContext" -}}
{{- toYaml (mergeOverwrite (fromYaml (include "marchwarden.safeSecurityContext" .)) .Values.containerSecurityContext) }}
{{- end -}}

{{- define "marchwarden.safePodSecurityContext" -}}
runAsNonRoot: true
{{- with .Values.runAsUser }}
runAsUser: {{ . | int64 }}
{{- end }}
{{- with .Values.runAsGroup }}
runAsGroup: {{ . | int64 }}
{{- end }}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "marchwarden.safeSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
readOnlyRootFilesystem: true
{{- end -}}

{{/* Volumes of a pod that talks to the API server and runs a JVM. The token is asked for here, and by no account. */}}
{{- define "marchwarden.volumes" -}}
# The JVM's, and where native libraries are unpacked. On a disk, so that it is not memory and not mounted noexec.
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
- name: api-access
  projected:
    sources:
    - serviceAccountToken: {path: token, expirationSeconds: 3607}
    - configMap:
        name: kube-root-ca.crt
        items:
        - {key: ca.crt, path: ca.crt}
    - downwardAPI:
        items:
        - {path: namespace, fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}
{{- end -}}

{{- define "marchwarden.volumeMounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: api-access, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
{{- end -}}

{{/*
Something where there are usergroups to keep apart. A webhook elsewhere and a tenancy file of one's own name them where the chart cannot see.
*/}}
{{- define "marchwarden.judges" -}}
{{- if or .Values.usergroups .Values.webhook.url .Values.tenancy.existingConfigMap }}true{{ end -}}
{{- end -}}

{{/* Whether the pods keep policies in the API server. */}}
{{- define "marchwarden.twin" -}}
{{- if and (include "marchwarden.judges" .) (ne .Values.twin.mode "off") }}true{{ end -}}
{{- end -}}

{{- define "marchwarden.twinRole" -}}
{{ include "marchwarden.fullname" . }}-twin
{{- end -}}

{{/* Whether the replica that leads audits the cluster. */}}
{{- define "marchwarden.audit" -}}
{{- if and (include "marchwarden.judges" .) .Values.audit.enabled }}true{{ end -}}
{{- end -}}

{{- define "marchwarden.auditRole" -}}
{{ include "marchwarden.fullname" . }}-audit
{{- end -}}

{{/* What contradicts itself in a way that a schema cannot see. */}}
{{- define "marchwarden.check" -}}
{{- $certificates := .Values.certificates -}}
{{- if and (eq $certificates.mode "existingSecret") (not $certificates.existingSecret) -}}
{{- fail "certificates.existingSecret is empty (expected: the name of a Secret, because certificates.mode is existingSecret)" -}}
{{- end -}}
{{- if and (ne $certificates.mode "existingSecret") $certificates.existingSecret -}}
{{- fail (printf "certificates.existingSecret is %q (expected: nothing, because certificates.mode is %s)" $certificates.existingSecret $certificates.mode) -}}
{{- end -}}
{{- if and .Values.webhook.caBundle (not .Values.webhook.url) -}}
{{- fail "webhook.caBundle is set (expected: nothing without webhook.url: in the cluster it is published when it is known)" -}}
{{- end -}}
{{- if .Values.audit.enabled -}}
{{- if .Values.webhook.url -}}
{{- fail "audit.enabled is true (expected: false with webhook.url, because no pod here could audit; run marchwarden audit)" -}}
{{- end -}}
{{- if not .Values.rbac.create -}}
{{- fail "audit.enabled is true (expected: false with rbac.create=false, because reports belong to a ClusterRole of the chart)" -}}
{{- end -}}
{{- end -}}
{{- if ne .Values.twin.mode "off" -}}
{{- if .Values.webhook.url -}}
{{- fail (printf "twin.mode is %s (expected: off with webhook.url, because no pod here could keep the policies up to date; apply those of marchwarden render-twin)" .Values.twin.mode) -}}
{{- end -}}
{{- if not .Values.rbac.create -}}
{{- fail (printf "twin.mode is %s (expected: off with rbac.create=false, because the policies belong to a ClusterRole of the chart)" .Values.twin.mode) -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.twin.mode "fallback" -}}
{{- if .Values.tenancy.existingConfigMap -}}
{{- fail "twin.mode is fallback (expected: belt with tenancy.existingConfigMap, because the chart must know the system namespaces and the exceptions)" -}}
{{- end -}}
{{- if eq .Values.webhook.failurePolicy "Ignore" -}}
{{- fail "twin.mode is fallback (expected: belt, because webhook.failurePolicy is Ignore for all writes)" -}}
{{- end -}}
{{- end -}}
{{- if eq (int .Values.ports.webhook) (int .Values.ports.ops) -}}
{{- fail (printf "ports.ops is %d (expected: another port than ports.webhook)" (int .Values.ports.ops)) -}}
{{- end -}}
{{- end -}}
