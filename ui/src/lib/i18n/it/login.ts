import type { login as original } from '../en/login.ts';
import type { Translation } from '../messages.ts';

export const login: Translation<typeof original> = {
  title: 'Accedi',
  text: 'Le tue foto sono dietro questa porta.',
  name: 'Nome',
  password: 'Password',
  enter: 'Accedi',
  wrong: 'Nome o password sbagliati.',
  showPassword: 'Mostra la password',
  hidePassword: 'Nascondi la password',
};
