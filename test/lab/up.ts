import { makeCache } from './cache.js'
import { lookAtDaemon, startDaemon } from './daemon.js'
import { makeGround, missingGround } from './ground.js'
import { ensureKey, startStopped } from './host.js'
import { build, DEBIANS, importImage, isBuilt, isImported, type Recipe, recipeOf } from './image.js'
import { restartRegistries } from './images/images.js'
import { limitSteps } from './limits.js'
import { type Mirrors, mirrorsOf } from './mirrors.js'
import { install, missingPackages } from './packages.js'
import { agree, perform, type Say, type Step } from './steps.js'

const groundSteps = async (): Promise<ReadonlyArray<Step>> => {
  const missing = await missingGround()
  const says = [
    ...(missing.network ? ['network lxdbr0, 10.77.0.1/24 and fd77:1::1/64'] : []),
    ...(missing.pool ? ['storage pool default, a folder of LXD'] : []),
    ...(missing.profile ? ["LXD's empty default profile: both of these, and what Docker and systemd need inside"] : []),
  ]
  return says.length > 0 ? [{ says: `make ${says.join('; ')}`, act: () => makeGround(missing) }] : []
}

/** Built side by side: a build waits for the network and for one core more than for the machine. */
const imageSteps = async (mirrors: Mirrors): Promise<ReadonlyArray<Step>> => {
  const recipes: Recipe[] = []
  for (const debian of DEBIANS) {
    const recipe = recipeOf(debian, mirrors)
    if (!(await isImported(recipe))) recipes.push(recipe)
  }
  const named = (some: ReadonlyArray<Recipe>): string => `the images of Debian ${some.map(({ debian }) => debian).join(' and ')}`
  const unbuilt = recipes.filter(recipe => !isBuilt(recipe))
  return [
    ...(unbuilt.length === 0
      ? []
      : [{ says: `build ${named(unbuilt)} from ${mirrors.main}`, act: async () => void (await Promise.all(unbuilt.map(build))) }]),
    ...recipes.map(recipe => ({ says: `hand the image of Debian ${recipe.debian} to LXD`, act: () => importImage(recipe) })),
  ]
}

/** What LXD alone can tell is not known before it answers. */
const insideSteps = async (): Promise<ReadonlyArray<Step>> => {
  return [...(await groundSteps()), ...(await imageSteps(await mirrorsOf()))]
}

const outsideSteps = async (): Promise<ReadonlyArray<Step>> => {
  const [packages, daemon] = [await missingPackages(), await lookAtDaemon()]
  return [
    ...(packages.length > 0 ? [{ says: `install ${packages.join(' ')}, as root`, act: () => install(packages) }] : []),
    ...limitSteps(),
    ...(daemon === 'answers' ? [] : [{ says: 'start LXD, whose hosts reach the network through this machine', act: startDaemon }]),
  ]
}

const LATER =
  'make in LXD, where they are missing: network lxdbr0 (10.77.0.1/24, fd77:1::1/64), storage pool default, images of Debian 13 and 12'

/** Looks, says what is missing, asks, makes it. What is there is used, whoever made it; with nothing missing nothing is asked. */
export const up = async (isAgreed: boolean, say: Say): Promise<void> => {
  const outside = await outsideSteps()
  const known = outside.length > 0 ? [] : await insideSteps()
  const shown = outside.length > 0 ? [...outside.map(({ says }) => says), LATER] : known.map(({ says }) => says)
  await agree(shown, isAgreed, say)
  makeCache()
  await perform(outside, say)
  await perform(outside.length > 0 ? await insideSteps() : known, say)
  await ensureKey()
  await startStopped()
  await restartRegistries()
}
