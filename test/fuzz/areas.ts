import { alerts } from './claims/alerts.ts';
import { buttons } from './claims/buttons.ts';
import { chat } from './claims/chat.ts';
import { configuration } from './claims/configuration.ts';
import { jobs } from './claims/jobs.ts';
import { messengers } from './claims/messengers.ts';
import { pages } from './claims/pages.ts';
import { platforms } from './claims/platforms.ts';
import { recorded } from './claims/recorded.ts';
import { streams } from './claims/streams.ts';
import { venues } from './claims/venues.ts';
import { visitors } from './claims/visitors.ts';
import { web } from './claims/web.ts';

/** Every door of the house. */
export const areas = [
  chat,
  buttons,
  platforms,
  venues,
  streams,
  jobs,
  configuration,
  recorded,
  web,
  visitors,
  pages,
  messengers,
  alerts,
] as const;
