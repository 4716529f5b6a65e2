(load "../measure.lisp")
(defun run (n)
  (let ((text (with-output-to-string (out)
                (write-string "0" out)
                (loop for i from 1 below n
                      do (write-char #\, out)
                         (format out "~d" i)))))
    (+ (* 1000 (length text)) (char-code (char text (floor (length text) 2))))))
(measure (lambda () (run 200000)))
