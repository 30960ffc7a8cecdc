import type { Claim, Holder } from '../../../engine/contract.js'
import { folderOf, holderFile } from '../look/ledger.js'
import { KEPT } from '../place.js'
import { word } from '../words.js'

const at = (claim: Claim): string => `${KEPT}/ledger/${folderOf(claim)}`

/** Ends the batch where something that must be held alone is another's, or there without being anybody's. */
export const objectionScript = (claims: ReadonlyArray<Claim>, { environment }: Holder): string => {
  const owned = claims.map((claim, index) => [claim, index] as const).filter(([{ hold }]) => hold === 'own')
  if (owned.length === 0) return ''
  const ours = word(`"environment":${JSON.stringify(environment)}`)
  const each = owned.map(
    ([claim, index]) => `if [ -f ${at(claim)}/entry ]; then
  case $others in *${folderOf(claim)}/*)
    other=$(grep -hvF -- ${ours} ${at(claim)}/by/* | head -n 1)
    if [ -n "$other" ]; then refuse notours '${index}' "$other"; fi;;
  esac
elif present ${word(claim.what)} ${word(claim.id)}; then refuse notours '${index}' -; fi`,
  )
  return `others=$(grep -sLF -- ${ours} ${owned.map(([claim]) => `${at(claim)}/by/*`).join(' ')})
${each.join('\n')}`
}

/** The first to claim a thing keeps what was there before; an entry, and who holds it, count once they stand under their names. */
export const claimsScript = (claims: ReadonlyArray<Claim>, holder: Holder): string =>
  claims
    .map(({ what, id, via, hold, data, impact }) => {
      const claim = { what, id, via, hold, ...(data && { data }), ...(impact && { impact }) }
      const folder = at(claim)
      const [w, i] = [word(what), word(id)]
      return `entry=${word(JSON.stringify(claim))} was=
if [ ! -f ${folder}/entry ]; then
  rm -rf ${folder}
  mkdir -p ${folder}.new/by && rm -rf ${folder}.new/kept || unwritten
  if had ${w} ${i}; then echo present >${folder}.new/before && keep ${w} ${i} ${folder}.new/kept || unwritten
  else echo absent >${folder}.new/before || unwritten; fi
  printf '%s\\n' "$entry" >${folder}.new/entry || unwritten
  mv ${folder}.new ${folder} || unwritten
fi
IFS= read -r was <${folder}/entry
[ "$was" = "$entry" ] || { printf '%s\\n' "$entry" >${folder}/entry.new && mv -f ${folder}/entry.new ${folder}/entry; } || unwritten
[ -s ${folder}/by/${holderFile(holder)} ] || {
  printf '%s\\n' ${word(JSON.stringify({ environment: holder.environment, addr: holder.addr }))} >${folder}/holder.new &&
    mv -f ${folder}/holder.new ${folder}/by/${holderFile(holder)}
} || unwritten`
    })
    .join('\n')

/** With the last holder goes what was kept. */
export const releasesScript = (claims: ReadonlyArray<Claim>, holder: Holder): string =>
  claims
    .map(claim => {
      const folder = at(claim)
      return `rm -f ${folder}/by/${holderFile(holder)}
if [ -d ${folder} ] && [ -z "$(ls ${folder}/by 2>/dev/null)" ]; then rm -rf ${folder}; fi`
    })
    .join('\n')
