#!/usr/bin/env bash
# Renews the digests by which images of others are named, after their tag: `postgres:17-bookworm@sha256:…`. What a tag names changes as it is
# rebuilt; what was tested does not. For a new image or tag, write `name:tag@sha256:` and run this.
# usage: scripts/pin-images.sh
# Needs docker with buildx, which asks the registries. Says what changed. Exits with 1 when a registry gave no digest: that one stays.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source-path=SCRIPTDIR
. scripts/common.sh

files=(Dockerfile docker-compose.yml k8s/backup/backup.yaml .github/workflows/scan.yml)
reference='[a-z0-9][a-z0-9./-]*:[A-Za-z0-9._-]+@sha256:[0-9a-f]*'

main() {
    local failed=0 changed=0 tag digest
    for tag in $(grep -hoE "$reference" "${files[@]}" | sed 's/@.*//' | sort -u); do
        # Of the index that names the image of each architecture.
        digest=$(docker buildx imagetools inspect "$tag" --format '{{.Manifest.Digest}}') || digest=
        if ! [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]]; then complain "No digest of $tag."; failed=1; continue; fi
        if is_pinned "$tag" "$digest"; then continue; fi
        sed -i -E "s#(^|[[:space:]])${tag//./\\.}@sha256:[0-9a-f]*#\1$tag@$digest#" "${files[@]}"
        say "$tag is now $digest"
        changed=1
    done
    if [ "$failed$changed" = 00 ]; then say "All digests are those of the registries."; fi
    exit "$failed"
}

# Whether every file that names the tag has this digest.
is_pinned() { ! grep -hoE "(^|[[:space:]])${1//./\\.}@sha256:[0-9a-f]*" "${files[@]}" | grep -qv "@$2$"; }

main "$@"
