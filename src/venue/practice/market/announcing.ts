/** What the exchange tells everybody, and each holder of logins to the account; kept for those who ask later. */
import type { Desk, Login } from '../desk.ts';
import { accessObject, announcementObject } from '../methods/methods-holder.ts';

/** How many of each are kept. */
const KEPT = 500;

/** Announces something; answers its id. */
export function announce(
  desk: Desk,
  one: { readonly title: string; readonly body: string; readonly important: boolean },
): number {
  const announcement = { ...one, id: (desk.announcements.at(-1)?.id ?? 0) + 1, at: desk.world.now };
  desk.announcements.push(announcement);
  desk.announcements.splice(0, desk.announcements.length - KEPT);
  for (const conn of desk.conns.values())
    for (const { channel, held } of conn.subscriptions.values())
      if (channel.topic === 'announcements')
        held.push({ ...announcementObject(announcement), action: 'new' });
  return announcement.id;
}

/** Notes a login in the access log of its account. */
export function noteAccess(desk: Desk, login: Login, address: string): void {
  const event = {
    id: (desk.access.at(-1)?.id ?? 0) + 1,
    account: login.key.account,
    at: desk.world.now,
    address,
    log: 'success',
  };
  desk.access.push(event);
  desk.access.splice(0, desk.access.length - KEPT);
  for (const conn of desk.conns.values())
    for (const { channel, held } of conn.subscriptions.values())
      if (channel.topic === 'access_log' && conn.login?.key.account === event.account)
        held.push(accessObject(event));
}
