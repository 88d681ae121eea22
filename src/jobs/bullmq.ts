/** All of BullMQ that the queue is made of, in the one file that imports it. */
export {
  type Job,
  type JobsOptions,
  Queue,
  QueueEvents,
  UnrecoverableError,
  WaitingError,
  Worker,
} from 'bullmq';
