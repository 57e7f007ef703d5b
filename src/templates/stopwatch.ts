/**
 * Returns the ms of the processor's time since, as nearly as a thread can know its own: no more than the clock says, where
 * the machine is busy with others, and no more than the whole process worked, where its other threads wait.
 */
export function stopwatch(): () => number {
  const [beganAt, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return Math.min((user + system) / 1_000, performance.now() - beganAt);
  };
}
