/** The ticket's page. */

import { start as seen } from "./seen.js";

seen();
