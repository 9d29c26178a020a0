/** What a user sees while a worker works. */
package io.github.sdtune.maven.progress;
