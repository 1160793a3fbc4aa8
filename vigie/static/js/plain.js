/** Sign-in pages, errors, anything with one form. */

import { start as dialog } from "./dialog.js";
import { start as forms } from "./forms.js";
import { start as menu } from "./menu.js";
import { start as passkeys } from "./passkeys.js";

for (const start of [forms, menu, dialog, passkeys]) start();
