{{/* As in the real chart, what stands below "pilot" overrides what stands beside it. */}}
{{- define "values" }}{{ mustMergeOverwrite (omit (deepCopy .Values) "pilot") (deepCopy (default dict .Values.pilot)) | toYaml }}{{ end }}
{{- define "labels" }}
    app: istiod
    istio.io/rev: {{ .revision | quote }}
    operator.istio.io/component: Pilot
{{- end }}
