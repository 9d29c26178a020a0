/** Textual inversion: what is learned for a placeholder, how captions say it, and its files. */
package io.github.sdtune.inversion;
