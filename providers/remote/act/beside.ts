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
`
