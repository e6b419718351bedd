{{/* Namespaces that never join a mesh, the one of the release among them: a YAML list. */}}
{{- define "marchwarden.protectedNamespaces" -}}
{{- toYaml (append .Values.protectedNamespaces .Release.Namespace | uniq) -}}
{{- end -}}

{{/* The tenancy file. What is empty is left out: there it is a mistake. */}}
{{- define "marchwarden.tenancy" -}}
{{- include "marchwarden.checkTenancy" . -}}
apiVersion: marchwarden.dev/v1alpha1
kind: Tenancy
metadata:
  name: {{ include "marchwarden.fullname" . }}
spec:
  usergroupLabel: {{ .Values.usergroupLabel | quote }}
  clusterDomain: {{ .Values.clusterDomain | quote }}
  usergroups:
    {{- toYaml .Values.usergroups | nindent 4 }}
  protectedNamespaces:
    {{- include "marchwarden.protectedNamespaces" . | nindent 4 }}
  {{- with .Values.clusterRanges }}
  clusterRanges:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  enforcement:
    {{- toYaml .Values.enforcement | nindent 4 }}
  exemptions:
    {{- toYaml .Values.exemptions | nindent 4 }}
{{- end -}}

{{/*
What two usergroups may not share. The program says so too, but at the first start it could only refuse to start, while the API server
waits for it.
*/}}
{{- define "marchwarden.checkTenancy" -}}
{{- $protected := fromYamlArray (include "marchwarden.protectedNamespaces" .) -}}
{{- $names := dict -}}
{{- $systems := dict -}}
{{- $revisions := dict -}}
{{- range $i, $usergroup := .Values.usergroups -}}
  {{- $system := default $usergroup.name $usergroup.systemNamespace -}}
  {{- if hasKey $names $usergroup.name -}}
    {{- fail (printf "usergroups[%d].name is %q (expected: a name that no other usergroup has)" $i $usergroup.name) -}}
  {{- end -}}
  {{- if hasKey $systems $system -}}
    {{- fail (printf "usergroups[%d].systemNamespace is %q (expected: another than that of usergroup %s)" $i $system (get $systems $system)) -}}
  {{- end -}}
  {{- if has $system $protected -}}
    {{- fail (printf "usergroups[%d].systemNamespace is %q (expected: neither a protected namespace nor the one that Marchwarden is installed in)" $i $system) -}}
  {{- end -}}
  {{- range concat (default (list $usergroup.name) $usergroup.revisions) (keys (default dict $usergroup.tags)) -}}
    {{- if hasKey $revisions . -}}
      {{- fail (printf "usergroups[%d] has revision or tag %q (expected: another than those of usergroup %s)" $i . (get $revisions .)) -}}
    {{- end -}}
    {{- $_ := set $revisions . $usergroup.name -}}
  {{- end -}}
  {{- $_ := set $names $usergroup.name true -}}
  {{- $_ := set $systems $system $usergroup.name -}}
{{- end -}}
{{- end -}}
