import type { Catalogue } from '../catalogue.ts';
import { shell } from './shell.ts';
import { timeline } from './timeline.ts';
import { search } from './search.ts';
import { folders } from './folders.ts';
import { review } from './review.ts';
import { people } from './people.ts';
import { photo } from './photo.ts';
import { map } from './map.ts';
import { tags } from './tags.ts';
import { imports } from './imports.ts';
import { activity } from './activity.ts';
import { settings } from './settings.ts';
import { login } from './login.ts';

const catalogue: Catalogue = { shell, timeline, search, folders, review, people, photo, map, tags, imports, activity, settings, login };
export default catalogue;
