/** What the host keeps of us across reboots: salt, ledger, fences, undos. Root alone reads it. */
export const KEPT = '/var/lib/deployer'
/** The lock of the host, and batches that are under way; gone with a reboot, as they are. */
export const RUNNING = '/run/deployer'
