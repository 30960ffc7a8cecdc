import type { Step } from '../../../engine/contract.js'
import { words } from '../words.js'

/** The files that a service was started with are kept beside what it came up from, to come back with it. */
export const BESIDE = String.raw`
files_kept() { # FOLDER FILE...
  into=$1
  shift
  for f in "$@"; do if [ -f "$f" ]; then printf '%s\0' "$f"; else printf '%s\n' "$f" >>"$into/absent"; fi; done |
    tar -C / -P --numeric-owner --no-recursion --null -T - -cpf "$into/files.tar"
}
files_back() { # FOLDER: each is the old one or the new one at any moment
  tar -P --numeric-owner --transform 's|$|.deployer-new|' -xpf "$1/files.tar" || return 1
  tar -P -tf "$1/files.tar" | while IFS= read -r f; do replace "$f.deployer-new" "$f" || exit 1; done || return 1
  if [ -f "$1/absent" ]; then while IFS= read -r f; do rm -f -- "$f"; done <"$1/absent"; fi
}
block_back() ( # FILE KEPT: of the compose file, the part of $service as it was when that came up last; other services may be at work on theirs
  [ -f "$2" ] && exec 7<"${'$'}{2%/*}/../.." && flock 7 && cp -a -- "$1" "$1.deployer-new" || exit 0
  awk -v own="$service" '
    FNR == 1 { within = mine = 0 }
    /^[^ #]/ { within = /^services:/; mine = 0 }
    within && /^  ["A-Za-z0-9_]/ { name = $1; sub(/:.*/, "", name); gsub(/"/, "", name); mine = name == own }
    FNR == NR { if (mine) block = block $0 "\n"; next }
    mine && block != "" { printf "%s", block; block = ""; put = 1 }
    !mine || !put' "$2" "$1" >"$1.deployer-new" && ! cmp -s "$1" "$1.deployer-new" && replace "$1.deployer-new" "$1" || rm -f -- "$1.deployer-new"
)
`

/** What a batch writes before its last trial is kept until that is through. */
const tried = (steps: ReadonlyArray<Step>): number => steps.findLastIndex(step => step.do === 'try')

const written = (steps: ReadonlyArray<Step>): ReadonlyArray<string> =>
  steps.slice(0, tried(steps) + 1).flatMap(step => (step.do === 'put' ? [step.path] : []))

/** For a batch with its folder in $mine, before its first step. */
export const keepScript = (steps: ReadonlyArray<Step>): string =>
  written(steps).length === 0 ? '' : `${BESIDE}mkdir "$mine/before" && files_kept "$mine/before" ${words(written(steps))} || unwritten`

/** For a step that failed: what is refused leaves what was there before. */
export const putBackScript = (steps: ReadonlyArray<Step>, index: number): string =>
  written(steps).length > 0 && index <= tried(steps) ? 'files_back "$mine/before"; rm -rf "$mine/before"; ' : ''
