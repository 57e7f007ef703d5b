/** Of the thread that asks: Node.js 24 has it, 20 does not. */
type ThreadCpu = { threadCpuUsage?: (this: void, before?: NodeJS.CpuUsage) => NodeJS.CpuUsage };

/**
 * Returns the ms of the processor's time since, of this thread. Where Node.js does not know that, as nearly as a thread
 * can know its own: no more than the clock says, where the machine is busy with others, and no more than the whole process
 * worked, where its other threads wait.
 */
export function stopwatch(): () => number {
  const { threadCpuUsage } = process as ThreadCpu;
  const cpuUsage = threadCpuUsage ?? ((before?: NodeJS.CpuUsage) => process.cpuUsage(before));
  const [beganAt, before] = [performance.now(), cpuUsage()];
  return () => {
    const { user, system } = cpuUsage(before);
    return Math.min((user + system) / 1_000, performance.now() - beganAt);
  };
}
