import type { CommandClass } from 'clipanion'
import type { Context } from './context.js'

/** A command as far as it is known without loading it. */
export interface Entry {
  readonly words: string
  readonly category: Category
  readonly says: string
  readonly load: () => Promise<CommandClass<Context>>
}
export const CATEGORIES = ['Environment', 'Host', 'Secrets', 'State', 'Reference'] as const
export type Category = (typeof CATEGORIES)[number]

/** Every command: adding one is a file and a line. A test keeps the lines equal to what the classes say of themselves. */
export const TABLE: ReadonlyArray<Entry> = [
  {
    words: 'init',
    category: 'Environment',
    says: 'write a first environment file',
    load: async () => (await import('./commands/init.js')).InitCommand,
  },
  {
    words: 'validate',
    category: 'Environment',
    says: 'check the environment file and list every problem',
    load: async () => (await import('./commands/validate.js')).ValidateCommand,
  },
  {
    words: 'plan',
    category: 'Environment',
    says: 'show what apply would change, without changing anything',
    load: async () => (await import('./commands/plan.js')).PlanCommand,
  },
  {
    words: 'apply',
    category: 'Environment',
    says: 'make the world match the file, once its plan is agreed to',
    load: async () => (await import('./commands/apply.js')).ApplyCommand,
  },
  {
    words: 'destroy',
    category: 'Environment',
    says: 'take the environment down, after its name was typed',
    load: async () => (await import('./commands/destroy.js')).DestroyCommand,
  },
  {
    words: 'test',
    category: 'Environment',
    says: 'try everything as its users do, without changing anything',
    load: async () => (await import('./commands/test.js')).TestCommand,
  },
  {
    words: 'status',
    category: 'Environment',
    says: 'show what is wanted, what is there and whether it works',
    load: async () => (await import('./commands/status.js')).StatusCommand,
  },
  {
    words: 'show',
    category: 'Environment',
    says: 'show what the state knows of the environment',
    load: async () => (await import('./commands/show.js')).ShowCommand,
  },
  {
    words: 'list',
    category: 'Environment',
    says: 'list the environments of this folder',
    load: async () => (await import('./commands/list.js')).ListCommand,
  },
  {
    words: 'history',
    category: 'Environment',
    says: 'list the runs of the environment',
    load: async () => (await import('./commands/history.js')).HistoryCommand,
  },
  {
    words: 'graph',
    category: 'Environment',
    says: 'draw what depends on what',
    load: async () => (await import('./commands/graph.js')).GraphCommand,
  },
  {
    words: 'render',
    category: 'Environment',
    says: 'write every file that apply would write, to deploy by hand',
    load: async () => (await import('./commands/render.js')).RenderCommand,
  },
  {
    words: 'doctor',
    category: 'Host',
    says: 'say what is missing here and on the machine, and how to mend it',
    load: async () => (await import('./commands/doctor.js')).DoctorCommand,
  },
  {
    words: 'ssh',
    category: 'Host',
    says: "log in to the environment's machine",
    load: async () => (await import('./commands/ssh.js')).SshCommand,
  },
  {
    words: 'exec',
    category: 'Host',
    says: "run a command on the environment's machine",
    load: async () => (await import('./commands/exec.js')).ExecCommand,
  },
  {
    words: 'logs',
    category: 'Host',
    says: 'show what the services of the machine have logged',
    load: async () => (await import('./commands/logs.js')).LogsCommand,
  },
  {
    words: 'secret list',
    category: 'Secrets',
    says: 'list secrets and where they come from, never their values',
    load: async () => (await import('./commands/secret/list.js')).SecretListCommand,
  },
  {
    words: 'secret show',
    category: 'Secrets',
    says: 'print one secret in clear',
    load: async () => (await import('./commands/secret/show.js')).SecretShowCommand,
  },
  {
    words: 'state list',
    category: 'State',
    says: 'list the resources that the state remembers',
    load: async () => (await import('./commands/state/list.js')).StateListCommand,
  },
  {
    words: 'state show',
    category: 'State',
    says: 'show what the state remembers of one resource',
    load: async () => (await import('./commands/state/show.js')).StateShowCommand,
  },
  {
    words: 'state backup',
    category: 'State',
    says: 'write a copy of the state',
    load: async () => (await import('./commands/state/backup.js')).StateBackupCommand,
  },
  {
    words: 'state verify',
    category: 'State',
    says: 'check that the state is sound',
    load: async () => (await import('./commands/state/verify.js')).StateVerifyCommand,
  },
  {
    words: 'state rm',
    category: 'State',
    says: 'forget one resource; the world stays as it is',
    load: async () => (await import('./commands/state/rm.js')).StateRmCommand,
  },
  {
    words: 'state unlock',
    category: 'State',
    says: 'take away a lock whose process is gone',
    load: async () => (await import('./commands/state/unlock.js')).StateUnlockCommand,
  },
  {
    words: 'state rebuild',
    category: 'State',
    says: 'make a lost state again from what hosts say',
    load: async () => (await import('./commands/state/rebuild.js')).StateRebuildCommand,
  },
  {
    words: 'explain',
    category: 'Reference',
    says: 'say what the code of a message means',
    load: async () => (await import('./commands/explain.js')).ExplainCommand,
  },
  {
    words: 'schema',
    category: 'Reference',
    says: 'print the JSON Schema of the environment file',
    load: async () => (await import('./commands/schema.js')).SchemaCommand,
  },
]

export const welcome = async (): Promise<CommandClass<Context>> => (await import('./commands/welcome.js')).WelcomeCommand
