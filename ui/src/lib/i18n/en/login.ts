export const login = {
  title: 'Log in',
  text: 'Your photos are behind this door.',
  name: 'Name',
  password: 'Password',
  enter: 'Log in',
  wrong: 'Name or password is wrong.',
  showPassword: 'Show the password',
  hidePassword: 'Hide the password',
} as const;
