/** The forked JVM: its command, its life and death, and what it says meanwhile. */
package io.github.sdtune.maven.launch;
