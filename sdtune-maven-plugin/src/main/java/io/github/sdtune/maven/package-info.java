/** The goals: they read the POM, launch a worker, judge, and attach. */
package io.github.sdtune.maven;
