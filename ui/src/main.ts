import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { onLoggedOut } from '$lib/api.ts';
import { startEvents, stopEvents } from '$lib/events.svelte.ts';
import { preferredLanguage, speak } from '$lib/i18n/index.svelte.ts';
import { href, navigate, place, startRouter } from '$lib/router.svelte.ts';
import { loadStatus } from '$lib/session.svelte.ts';
import { startShortcuts } from '$lib/shortcuts.svelte.ts';
import { startTheme } from '$lib/theme.svelte.ts';

startTheme();
startShortcuts();
onLoggedOut(askForLogin);

startRouter(); // the page's code comes while the server is asked who we are
const [status] = await Promise.all([loadStatus().catch((error: unknown) => ({ error })), speak(preferredLanguage())]);
if ('error' in status) startEvents();
else if (status.needs_login) askForLogin();
else startEvents();

const target = document.getElementById('app');
if (target) mount(App, { target });

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Without one (plain http on another machine, or switched off) the app works as well, only not offline.
  navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}

function askForLogin(): void {
  stopEvents();
  // The address is there before the page: its code may still be on its way when a second answer says the same.
  if (place().name === 'login' || location.pathname === href('login')) return;
  navigate(href('login', {}, { next: location.pathname + location.search }), { replace: true });
}
