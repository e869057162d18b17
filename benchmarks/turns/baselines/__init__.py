"""The bots ours is compared with, each as its framework's own documentation would have it written."""
