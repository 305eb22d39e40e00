/** Alerts over the API: which there are, who is told of them, and a try whether that works. Seeing and snoozing are commands. */
import type { AlertsAnswer } from '../wire/requests.ts';
import { alertsSchema, testSchema } from '../wire/schemas-answers.ts';
import { alertsQuery, emptyBody, noQuery } from '../wire/schemas-requests.ts';
import { json, refuse } from './http-answer.ts';
import { paging, readerOf } from './http-reads.ts';
import { type Route, route } from './http-routes.ts';
import type { Accounts } from './http-sources.ts';

const listRoute = (accounts: Accounts): Route =>
  readerOf(accounts)({
    path: '/alerts',
    summary: 'Alerts, newest first, and who is told of them',
    query: alertsQuery,
    answer: alertsSchema,
    handle: async ({ query }, { pages, each }) => {
      const alerts = await pages.alerts({ ...paging(query), state: query.state ?? null });
      const channel = each[0].door.channel?.host ?? null;
      return json({ ...alerts, channel } satisfies AlertsAnswer);
    },
  });

/** Sends a notice about nothing through the channel and answers what became of it. */
const testRoute = ({ all }: Accounts): Route =>
  route({
    method: 'post',
    path: '/alerts/test',
    summary: 'Send a notice about nothing, to see that alerts arrive',
    query: noQuery,
    body: emptyBody,
    answer: testSchema,
    access: 'member',
    keyed: false,
    handle: async () => {
      const { channel } = all.each[0].door;
      return channel === null
        ? refuse(409, 'no_channel', {
            title: 'No channel',
            detail: 'No channel is configured, so nobody is told of alerts.',
            next: 'Set webhook_url and webhook_secret under [alerts] and start the engine again.',
          })
        : json(await channel.test());
    },
  });

/** The routes about alerts that are no commands. */
export const alertRoutes = (accounts: Accounts): readonly Route[] => [
  listRoute(accounts),
  testRoute(accounts),
];
