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
  {{- with .Values.sharedServices }}
  sharedServices:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  enforcement:
    {{- toYaml .Values.enforcement | nindent 4 }}
  exemptions:
    {{- toYaml .Values.exemptions | nindent 4 }}
  {{- with .Values.exceptions }}
  exceptions:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/*
What the schema cannot check: two usergroups that share something, and names that do not exist. The program checks it too, but on the first
start it could only refuse to start, while the API server waits for it.
*/}}
{{- define "marchwarden.checkTenancy" -}}
{{- $protected := fromYamlArray (include "marchwarden.protectedNamespaces" .) -}}
{{- $names := dict -}}
{{- $systems := dict -}}
{{- $revisions := dict -}}
{{- $classes := dict -}}
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
  {{- $class := default (printf "istio-%s" $usergroup.name) $usergroup.gatewayClass -}}
  {{- if hasKey $classes $class -}}
    {{- fail (printf "usergroups[%d].gatewayClass is %q (expected: another than that of usergroup %s)" $i $class (get $classes $class)) -}}
  {{- end -}}
  {{- $_ := set $classes $class $usergroup.name -}}
  {{- $_ := set $names $usergroup.name true -}}
  {{- $_ := set $systems $system $usergroup.name -}}
{{- end -}}
{{- $hosts := dict -}}
{{- range $i, $service := .Values.sharedServices -}}
  {{- range $j, $host := $service.hosts -}}
    {{- $name := trimSuffix (printf ".%s" $.Values.clusterDomain) $host -}}
    {{- $namespace := index (splitList "." $name) 1 -}}
    {{- if hasKey $systems $namespace -}}
      {{- fail (printf "sharedServices[%d].hosts[%d] is %q (expected: a Service in a namespace of no usergroup; %s is the system namespace of usergroup %s)" $i $j $host $namespace (get $systems $namespace)) -}}
    {{- end -}}
    {{- if hasKey $hosts $name -}}
      {{- fail (printf "sharedServices[%d].hosts[%d] is %q (expected: a host that stands only once)" $i $j $host) -}}
    {{- end -}}
    {{- $_ := set $hosts $name true -}}
  {{- end -}}
{{- end -}}
{{- $exceptions := dict -}}
{{- range $i, $exception := .Values.exceptions -}}
  {{- if not (hasKey $names $exception.usergroup) -}}
    {{- fail (printf "exceptions[%d].usergroup is %q (expected: the name of a usergroup)" $i $exception.usergroup) -}}
  {{- end -}}
  {{- $subject := toJson (list $exception.usergroup $exception.rule $exception.kind $exception.namespace $exception.name $exception.field) -}}
  {{- if hasKey $exceptions $subject -}}
    {{- fail (printf "exceptions[%d] is for the same object, rule and field as exceptions[%d] (expected: each exception once)" $i (get $exceptions $subject)) -}}
  {{- end -}}
  {{- $_ := set $exceptions $subject $i -}}
{{- end -}}
{{- end -}}
