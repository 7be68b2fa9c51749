import type { login as original } from '../en/login.ts';
import type { Translation } from '../messages.ts';

export const login: Translation<typeof original> = {
  title: 'Anmelden',
  text: 'Deine Fotos sind hinter dieser Tür.',
  name: 'Name',
  password: 'Passwort',
  enter: 'Anmelden',
  wrong: 'Name oder Passwort ist falsch.',
  showPassword: 'Passwort zeigen',
  hidePassword: 'Passwort verbergen',
};
