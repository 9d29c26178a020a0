/** Which settings of a training to try, for how long, and what came of it; no tensor. */
package io.github.sdtune.search;
