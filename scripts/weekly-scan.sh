#!/usr/bin/env bash
# Looks for known vulnerabilities, as .github/workflows/scan.yml does, where there is no GitHub: of packages, of the service's own images
# and of those of servers. Once a week, from a checkout: docs/operations.md has it for cron and as a CronJob.
# usage: scripts/weekly-scan.sh [--list] [IMAGE...]
#   IMAGE   of the service, as it is deployed: registry.example/agent-management-silo:1.0.0
#   --list  says which images of servers are looked at, and ends
# Needs the .NET SDK, and grype for images. Exits with 1 when something was found, or could not be looked at.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source-path=SCRIPTDIR
. scripts/common.sh

main() {
    local found=0 image
    if [ "${1:-}" = --list ]; then servers; exit; fi
    prepare_environment
    require_dotnet
    restores AgentManagement.sln || { show_errors "$restore_log" 10 >&2; complain "The packages do not restore."; exit 1; }
    scripts/vulnerabilities.sh --strict AgentManagement.sln || found=1
    command -v grype >/dev/null || { complain "There is no grype (https://github.com/anchore/grype): images were not looked at."; exit 1; }
    for image in "$@"; do scan "$image" --fail-on high || found=1; done
    # What others make: only what a newer image would mend is a finding.
    for image in $(servers); do scan "$image" --fail-on critical --only-fixed || found=1; done
    if [ "$found" = 0 ]; then say "Nothing was found."; fi
    exit "$found"
}

scan() {
    say "$1"
    grype --quiet "$@"
}

# The images that Compose and k8s/ start and that are not built here, each once.
servers() {
    grep -hoE 'image: *[^ ]+' docker-compose.yml k8s/*.yaml k8s/backup/*.yaml | sed 's/image: *//' | grep -v '^agent-management-' | sort -u
}

main "$@"
