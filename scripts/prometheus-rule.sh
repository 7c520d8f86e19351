#!/usr/bin/env bash
# Prints monitoring/alerts.yaml as what Prometheus' operator takes. k8s-example/rules.yaml is made so; a test compares them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cat <<'HEAD'
# Made by scripts/prometheus-rule.sh of monitoring/alerts.yaml: change that, and make this anew. Links to the runbook need the external
# label `runbook` of Prometheus (monitoring/prometheus.yaml).
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: agent-management
spec:
HEAD
sed 's/^\(.\)/  \1/' monitoring/alerts.yaml
